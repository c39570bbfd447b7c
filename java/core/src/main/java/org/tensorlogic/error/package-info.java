/** Exceptions of the whole system and the diagnostics that they carry. */
package org.tensorlogic.error;

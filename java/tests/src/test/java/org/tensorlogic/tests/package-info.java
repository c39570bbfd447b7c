/** Suites that hold several modules together to the contracts of each. */
package org.tensorlogic.tests;

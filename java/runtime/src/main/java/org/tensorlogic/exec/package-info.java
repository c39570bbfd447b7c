/** Running programs: workers, frames of memory, the loop over steps. */
package org.tensorlogic.exec;

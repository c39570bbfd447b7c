/** The border to whatever computes: requests for kernels, offers, and the kernels themselves. */
package org.tensorlogic.kernel;

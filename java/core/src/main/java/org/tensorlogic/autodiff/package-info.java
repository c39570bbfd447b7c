/** Gradients as graphs: the reverse sweep knows no op by name. */
package org.tensorlogic.autodiff;

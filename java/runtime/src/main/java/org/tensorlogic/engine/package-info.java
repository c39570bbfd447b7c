/** The public face: an engine, compiled graphs, tensors in and out. */
package org.tensorlogic.engine;

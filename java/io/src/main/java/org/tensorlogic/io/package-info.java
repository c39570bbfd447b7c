/**
 * Files as plain values: arrays ({@link org.tensorlogic.io.Npy}), tables of symbols
 * ({@link org.tensorlogic.io.Table}), text ({@link org.tensorlogic.io.Text}) and graphs
 * ({@link org.tensorlogic.io.GraphJson}).
 *
 * <p>A malformed file is a {@link org.tensorlogic.error.FileException} that names the file, the
 * line or byte, what was expected and a hint; nothing is half-read. Writers fill a temporary file
 * beside the target and move it into place, so that a reader sees the old file or the new one.
 */
package org.tensorlogic.io;

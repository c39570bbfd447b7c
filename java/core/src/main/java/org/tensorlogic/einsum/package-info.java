/**
 * Einsum specs: reading and printing them, fitting them to operands, their gradients' specs, the
 * semirings that they contract with and the order in which many operands are contracted.
 *
 * <p>The numbered constraints, which messages cite:
 *
 * <ul>
 *   <li>(C1) an operand has one axis for each of its index letters, and more only with an ellipsis;
 *   <li>(C2) an index has one extent wherever it occurs;
 *   <li>(C3) the axes under an ellipsis broadcast: aligned from the right, equal or of extent 1;
 *   <li>(C4) a result without ellipsis leaves no axes under the operands' ellipses;
 *   <li>(C5) there are as many operands as the spec has terms;
 *   <li>(C6) the text consists of letters, numbered indices from {@code i52}, spaces, commas, at
 *       most one {@code ->} and ellipses, and has one result;
 *   <li>(C7) a term has at most one ellipsis;
 *   <li>(C8) an index of the result occurs in an operand;
 *   <li>(C9) an index occurs once in the result;
 *   <li>(C10) a semiring has one of the known names;
 *   <li>(C11) an order of contraction keeps its intermediates within the bound, all that are alive
 *       at one time together;
 *   <li>(C12) the operands have dtypes that the semiring takes;
 *   <li>(C13) all operands have one dtype.
 * </ul>
 */
package org.tensorlogic.einsum;

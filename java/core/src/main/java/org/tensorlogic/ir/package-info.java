/**
 * The one small closed intermediate representation: graphs of typed nodes, the operations with all
 * their rules, the verbs that build them, the verifier and the printer.
 */
package org.tensorlogic.ir;

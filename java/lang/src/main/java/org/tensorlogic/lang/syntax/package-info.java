/**
 * The text form of the tensor logic language: lexer, parser, syntax tree and printer. Nothing here
 * knows what a name means; that is the work of {@code org.tensorlogic.lang.check}.
 */
package org.tensorlogic.lang.syntax;

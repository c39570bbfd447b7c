package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the text of one spec; columns count from 1. */
final class SpecParser {

  private static final int DIGITS_MAX = 9;

  private final String text;
  private final List<List<Integer>> terms = new ArrayList<>();
  private final List<List<Integer>> columns = new ArrayList<>();
  private int position;
  private boolean arrow;

  SpecParser(String text) {
    this.text = text;
  }

  EinsumSpec parse() {
    startTerm();
    while (position < text.length()) {
      token();
    }
    List<List<Integer>> operands = arrow ? terms.subList(0, terms.size() - 1) : terms;
    List<Integer> result = arrow ? terms.getLast() : EinsumSpec.implicitResult(operands);
    Optional<TermFault> found = TermFault.find(operands, result);
    if (found.isPresent()) {
      TermFault fault = found.get();
      throw refused(fault.fault(), columns.get(fault.term()).get(fault.position()));
    }
    return new EinsumSpec(operands, result);
  }

  private void token() {
    char next = text.charAt(position);
    if (next == ' ') {
      position++;
    } else if (isLetter(next)) {
      index(next);
    } else if (text.startsWith("...", position)) {
      add(EinsumSpec.ELLIPSIS, 3);
    } else if (text.startsWith("->", position)) {
      arrow();
    } else if (next == ',') {
      comma();
    } else {
      throw unexpected(next);
    }
  }

  private void index(char letter) {
    int end = position + 1;
    while (letter == 'i' && end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    String digits = text.substring(position + 1, end);
    if (digits.isEmpty()) {
      add(letter >= 'a' ? letter - 'a' : letter - 'A' + 26, 1);
      return;
    }
    int number = digits.length() > DIGITS_MAX ? 0 : Integer.parseInt(digits);
    if (number < 52 || digits.startsWith("0")) {
      throw refused(new Fault("C6", "i" + digits + " is no index",
          "numbered indices are i52 to i999999999; the first 52 are letters"), position + 1);
    }
    add(number, end - position);
  }

  private void arrow() {
    if (arrow) {
      throw refused(new Fault("C6", "there is a second \"->\"",
          "one \"->\" separates the operands from the result"), position + 1);
    }
    arrow = true;
    startTerm();
    position += 2;
  }

  private void comma() {
    if (arrow) {
      throw refused(new Fault("C6", "there is a ',' in the result",
          "an einsum has one result"), position + 1);
    }
    startTerm();
    position++;
  }

  private void startTerm() {
    terms.add(new ArrayList<>());
    columns.add(new ArrayList<>());
  }

  private void add(int index, int length) {
    terms.getLast().add(index);
    columns.getLast().add(position + 1);
    position += length;
  }

  private RuntimeException unexpected(char found) {
    String hint = switch (found) {
      case '.' -> "an ellipsis is three dots: \"...\"";
      case '-', '>', '=' -> "the arrow is \"->\"";
      case '[', ']', '(', ')' -> "write indices side by side, \"ij,jk->ik\"";
      default -> "indices are the letters a-z and A-Z, then i52, i53 and so on";
    };
    String shown = Character.isISOControl(found) || Character.isSurrogate(found)
        ? "U+%04X".formatted(text.codePointAt(position))
        : "'" + found + "'";
    return refused(new Fault("C6", shown + " is not expected", hint), position + 1);
  }

  private RuntimeException refused(Fault fault, int column) {
    String shown = text.replaceAll("\\p{Cntrl}", "?");
    return new Fault(fault.constraint(), fault.message() + " at column " + column, fault.hint())
        .exceptionAt(shown, column);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}

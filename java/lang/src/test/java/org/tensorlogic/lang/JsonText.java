package org.tensorlogic.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of expected results: objects, lists, strings, numbers, true and false. */
final class JsonText {
  private final String text;
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  static Object read(String text) {
    return new JsonText(text).value();
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private boolean skip(char c) {
    boolean found = peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      default -> word();
    };
  }

  private Map<String, Object> object() {
    var found = new LinkedHashMap<String, Object>();
    at++;
    while (!skip('}')) {
      String key = string();
      skip(':');
      found.put(key, value());
      skip(',');
    }
    return found;
  }

  private List<Object> list() {
    var found = new ArrayList<Object>();
    at++;
    while (!skip(']')) {
      found.add(value());
      skip(',');
    }
    return found;
  }

  private String string() {
    peek();
    var found = new StringBuilder();
    while (text.charAt(++at) != '"') {
      at += text.charAt(at) == '\\' ? 1 : 0;
      found.append(text.charAt(at));
    }
    at++;
    return found.toString();
  }

  private Object word() {
    int start = at;
    while (",]} \n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    return word.equals("true") || word.equals("false")
        ? (Object) Boolean.valueOf(word)
        : (Object) Double.valueOf(word);
  }
}

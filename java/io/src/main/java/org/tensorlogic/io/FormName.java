package org.tensorlogic.io;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A constant whose name, or another name of it, stands in graph JSON. */
interface FormName {

  /** Returns the name of the constant, capitals with underscores. */
  String name();

  /** Returns the other names, in small letters without underscores. */
  List<String> aliases();

  /** Returns the name as it is written. */
  default String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds a constant by any of its names; case and underscores do not count. */
  static <T extends FormName> Optional<T> find(T[] constants, String text) {
    String wanted = plain(text);
    return Arrays.stream(constants).filter(constant ->
        plain(constant.name()).equals(wanted) || constant.aliases().contains(wanted)).findFirst();
  }

  /** Returns the names of all constants as a hint shows them. */
  static String list(FormName[] constants) {
    return Arrays.stream(constants).map(FormName::text).collect(Collectors.joining(" "));
  }

  /** Returns a name without what does not count. */
  static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replace("_", "");
  }
}

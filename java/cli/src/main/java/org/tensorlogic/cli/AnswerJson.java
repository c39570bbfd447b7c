package org.tensorlogic.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.tensorlogic.lang.Answer;

/** Prints answers as one JSON object on one line. */
final class AnswerJson {

  private AnswerJson() {}

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  /** Writes one object and a line end; the writer stays open. */
  static void write(PrintWriter out, Fields fields) throws IOException {
    var factory = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    try (JsonGenerator generator = factory.createGenerator(out)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    }
    out.println();
  }

  /** Writes {@code {"queries": [...], "millis": n}}. */
  static void write(PrintWriter out, List<Answer> answers, long millis) throws IOException {
    write(out, generator -> {
      generator.writeArrayFieldStart("queries");
      for (Answer answer : answers) {
        generator.writeStartObject();
        generator.writeStringField("query", answer.query());
        answer(generator, answer);
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeNumberField("millis", millis);
    });
  }

  private static void answer(JsonGenerator generator, Answer answer) throws IOException {
    switch (answer) {
      case Answer.Truth truth -> generator.writeBooleanField("answer", truth.answer());
      case Answer.Bindings relation -> bindings(generator, relation);
      case Answer.Values tensor -> values(generator, tensor);
    }
  }

  private static void bindings(JsonGenerator generator, Answer.Bindings relation)
      throws IOException {
    generator.writeFieldName("variables");
    strings(generator, relation.variables());
    generator.writeArrayFieldStart("bindings");
    for (List<String> binding : relation.bindings()) {
      strings(generator, binding);
    }
    generator.writeEndArray();
  }

  private static void strings(JsonGenerator generator, List<String> texts) throws IOException {
    generator.writeArray(texts.toArray(String[]::new), 0, texts.size());
  }

  private static void values(JsonGenerator generator, Answer.Values tensor) throws IOException {
    generator.writeStringField("dtype", tensor.dtype().text());
    long[] extents = tensor.shape().extents();
    generator.writeFieldName("shape");
    generator.writeArray(extents, 0, extents.length);
    generator.writeArrayFieldStart("values");
    for (double value : tensor.values()) {
      String text = Numbers.text(tensor.dtype(), value);
      if (Double.isFinite(value)) {
        generator.writeNumber(text);
      } else {
        generator.writeString(text);
      }
    }
    generator.writeEndArray();
  }
}

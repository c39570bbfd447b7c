package org.tensorlogic.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.FileException;
import org.tensorlogic.error.Origin;

/** Reads the JSON text into a {@link FormGraph}; what it refuses it adds to the problems. */
final class FormParser {

  /** Limits of nesting and of one string, in characters: far above any honest graph. */
  private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
      .maxNestingDepth(100).maxStringLength(1 << 20).maxNumberLength(400).maxNameLength(1 << 16)
      .build();

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(LIMITS).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final java.util.regex.Pattern SEMVER = java.util.regex.Pattern.compile(
      "(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})"
          + "(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  private final String file;
  private final ImplicitResult implicit;
  private final FormProblems problems;

  FormParser(String file, ImplicitResult implicit, FormProblems problems) {
    this.file = file;
    this.implicit = implicit;
    this.problems = problems;
  }

  FormGraph parse(String text) {
    JsonNode root = json(text);
    JsonNode graph = root;
    if (root.has("graph")) {
      requireVersion(root.path("version"));
      graph = root.path("graph");
    }
    if (!graph.path("tensors").isArray() || !graph.path("nodes").isArray()) {
      problems.add("see the form: {\"tensors\": [...], \"nodes\": [...], \"outputs\": [...]}",
          "a graph needs the lists \"tensors\" and \"nodes\"");
      return new FormGraph(List.of(), List.of(), List.of(), List.of());
    }
    var slots = new ArrayList<String>();
    for (JsonNode name : graph.path("tensors")) {
      if (!name.isTextual()) {
        problems.add("name it", "slot %d has no name: %s", slots.size(), shown(name));
      }
      slots.add(name.asText());
    }
    var nodes = new ArrayList<FormNode>();
    for (JsonNode node : graph.path("nodes")) {
      nodes.add(node(nodes.size(), node));
    }
    return new FormGraph(slots, nodes, slotList(graph, "inputs"), slotList(graph, "outputs"));
  }

  private JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException problem) {
      JsonLocation place = problem.getLocation();
      int line = place == null ? 1 : place.getLineNr();
      int column = place == null ? 1 : place.getColumnNr();
      throw new FileException(FileFormat.atLine(file + ":" + line, column,
          "the file must be one JSON object", "%s", problem.getOriginalMessage()).diagnostic(),
          problem);
    }
  }

  private void requireVersion(JsonNode version) {
    String hint = "files of version 1.x.y are read";
    if (!version.isTextual() || !SEMVER.matcher(version.asText()).matches()) {
      problems.add(hint, "version %s is not of the form 1.2.3", shown(version));
    } else if (!version.asText().startsWith("1.")) {
      problems.add(hint, "version %s is not readable", version.asText());
    }
  }

  private List<Integer> slotList(JsonNode graph, String name) {
    JsonNode list = graph.path(name);
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add("list slot numbers", "\"%s\" is %s but a list is required", name, shown(list));
    }
    var slots = new ArrayList<Integer>();
    for (JsonNode slot : list) {
      if (isIndex(slot)) {
        slots.add(slot.intValue());
      } else {
        problems.add("list slot numbers", "\"%s\" has %s but slot numbers are required", name,
            shown(slot));
      }
    }
    return slots;
  }

  private FormNode node(int index, JsonNode json) {
    Origin origin = origin(json.path("metadata"));
    var place = new FormNode(index, null, List.of(), -1, origin);
    FormOp op = op(place, json.path("op")).orElse(null);
    var node = new FormNode(index, op, List.of(), -1, origin);
    List<Integer> inputs = indices(node, json, "inputs");
    List<Integer> outputs = indices(node, json, "outputs");
    if (outputs.size() != 1) {
      problems.add(node, "each node writes one slot", "outputs %s name %d slots but 1 is required",
          outputs, outputs.size());
    }
    if (op != null && op.arity() != inputs.size()) {
      problems.add(node, "check the node's inputs", "%d operands are required but inputs %s came",
          op.arity(), inputs);
    }
    return new FormNode(index, op, inputs, outputs.size() == 1 ? outputs.getFirst() : -1, origin);
  }

  private Optional<FormOp> op(FormNode node, JsonNode json) {
    if (!json.isObject() || json.size() != 1) {
      problems.add(node, "write {\"ElemUnary\": {\"op\": \"relu\"}}",
          "op is %s but an object of one key is required", shown(json));
      return Optional.empty();
    }
    var entry = json.properties().iterator().next();
    JsonNode value = entry.getValue();
    String name = value.path("op").asText("");
    return switch (FormName.plain(entry.getKey())) {
      case "einsum" -> einsum(node, value.path("spec"));
      case "elemunary" -> named(node, FormUnary.values(), name).map(FormOp.ElemUnary::new);
      case "elembinary" -> named(node, FormBinary.values(), name).map(FormOp.ElemBinary::new);
      case "reduce" -> {
        List<Integer> axes = indices(node, value, "axes");
        yield named(node, FormReduction.values(), name)
            .map(reduction -> new FormOp.Reduce(reduction, axes));
      }
      default -> {
        problems.add(node, "known are Einsum ElemUnary ElemBinary Reduce",
            "unknown op \"%s\"", entry.getKey());
        yield Optional.empty();
      }
    };
  }

  private Optional<FormOp> einsum(FormNode node, JsonNode spec) {
    String hint = "write a spec such as \"ab,bc->ac\"";
    if (!spec.isTextual()) {
      problems.add(node, hint, "Einsum has spec %s but a string is required", shown(spec));
      return Optional.empty();
    }
    FormSpec read = FormSpec.of(spec.asText(), implicit);
    Optional<String> fault = read.fault();
    fault.ifPresent(message -> problems.add(node, hint, "%s", message));
    return fault.isPresent() ? Optional.empty() : Optional.of(new FormOp.Einsum(read));
  }

  private <T extends FormName> Optional<T> named(FormNode node, T[] constants, String name) {
    Optional<T> found = FormName.find(constants, name);
    if (found.isEmpty()) {
      problems.add(node, "known are " + FormName.list(constants), "unknown op name \"%s\"", name);
    }
    return found;
  }

  private List<Integer> indices(FormNode node, JsonNode json, String name) {
    JsonNode list = json.path(name);
    var found = new ArrayList<Integer>();
    boolean fits = list.isArray() || list.isMissingNode();
    for (JsonNode index : list) {
      fits &= isIndex(index);
      found.add(index.asInt(-1));
    }
    if (!fits) {
      problems.add(node, "write numbers from 0 on",
          "%s is %s but a list of whole numbers is required", name, shown(list));
      return List.of();
    }
    return found;
  }

  private static boolean isIndex(JsonNode json) {
    return json.isIntegralNumber() && json.canConvertToInt() && json.intValue() >= 0;
  }

  private static Origin origin(JsonNode metadata) {
    JsonNode provenance = metadata.path("provenance");
    JsonNode span = metadata.path("span").isObject() ? metadata.path("span")
        : provenance.path("span");
    JsonNode start = span.path("start");
    String file = start.path("file").asText(provenance.path("source_file").asText(""));
    String name = metadata.path("name").asText(provenance.path("rule_id").asText(""));
    return new Origin(file, Math.max(start.path("line").asInt(0), 0),
        Math.max(start.path("column").asInt(0), 0), name);
  }

  private static String shown(JsonNode json) {
    String text = json.isMissingNode() ? "missing" : json.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}

package org.tensorlogic.tests;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.io.GraphJson;
import org.tensorlogic.io.ImplicitResult;
import org.tensorlogic.io.Npy;
import org.tensorlogic.io.Table;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBytes;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.lang.ProgramOptions;
import org.tensorlogic.lang.TensorProgram;
import org.tensorlogic.tuning.TuningTable;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * What {@code ci/fuzz} feeds with bytes of its own making, by Jazzer's convention. A reader takes
 * them or refuses them with a hint; whatever else it throws is a finding.
 */
public final class Fuzz {

  /** Names the reader that {@link #fuzzerTestOneInput} runs. */
  private static final String PROPERTY = "fuzz.reader";

  private Fuzz() {}

  /** Whatever reads text or bytes that come from outside. */
  enum Reader {
    EINSUM {
      @Override
      void read(byte[] bytes, Path folder) {
        var spec = EinsumSpec.parse(text(bytes));
        if (!EinsumSpec.parse(spec.toString()).equals(spec)) {
          throw new AssertionError("printed and read again: " + spec);
        }
      }
    },
    PROGRAM {
      @Override
      void read(byte[] bytes, Path folder) {
        TensorProgram.parse("fuzz.tl", text(bytes), folder, ProgramOptions.defaults());
      }
    },
    NPY {
      @Override
      void read(byte[] bytes, Path folder) throws IOException {
        try (var arena = Arena.ofConfined()) {
          Npy.read(Files.write(folder.resolve("fuzz.npy"), bytes), arena);
        }
      }
    },
    TSV {
      @Override
      void read(byte[] bytes, Path folder) throws IOException {
        Table.read(Files.write(folder.resolve("fuzz.tsv"), bytes));
      }
    },
    CSV {
      @Override
      void read(byte[] bytes, Path folder) throws IOException {
        Table.read(Files.write(folder.resolve("fuzz.csv"), bytes));
      }
    },
    JSON {
      @Override
      void read(byte[] bytes, Path folder) {
        var square = TensorType.of(DType.F64, 2, 2);
        GraphJson.write(GraphJson.read(text(bytes), "fuzz.json",
            Map.of("x", square, "y", square, "t", TensorType.of(DType.BOOL, 2, 2)),
            ImplicitResult.ALL_LETTERS));
      }
    },
    TUNING {
      @Override
      void read(byte[] bytes, Path folder) {
        var table = TuningTable.parse(text(bytes), "fuzz.tuning");
        if (!TuningTable.parse(table.text(), "printed").equals(table)) {
          throw new AssertionError("printed and read again: " + table);
        }
      }
    },
    GRAPH {
      @Override
      void read(byte[] bytes, Path folder) {
        Graph graph = GraphBytes.read(bytes);
        if (!GraphKey.of(GraphBytes.read(GraphBytes.write(graph))).equals(GraphKey.of(graph))) {
          throw new AssertionError("written and read again: " + graph);
        }
      }
    };

    abstract void read(byte[] bytes, Path folder) throws IOException;

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads bytes; a refusal must say what to do. */
    void feed(byte[] bytes, Path folder) throws IOException {
      try {
        read(bytes, folder);
      } catch (TensorLogicException refused) {
        if (refused.diagnostics().stream().anyMatch(problem -> problem.hints().isEmpty())) {
          throw new AssertionError("refused without a hint", refused);
        }
      }
    }
  }

  /** Feeds one reader, whose files go to the folder for temporary ones; called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    Reader.valueOf(System.getProperty(PROPERTY)).feed(bytes,
        Path.of(System.getProperty("java.io.tmpdir")));
  }
}

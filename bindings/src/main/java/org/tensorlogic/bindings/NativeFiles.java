package org.tensorlogic.bindings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;

/**
 * Finds the shared libraries among the resources of a class loader and puts them on disk, in
 * JavaCPP's cache. Ours lies in a folder named by its hash, and gets there once the hash was found
 * right: later starts need not read it again.
 *
 * @param platform the platform in JavaCPP's words, such as {@code linux-x86_64}
 * @param resources where the jars of the platform are looked for
 * @param cache the folder of JavaCPP's cache
 */
record NativeFiles(String platform, ClassLoader resources, Path cache) {

  /** OpenBLAS and what it needs, in the order of need; all in one folder, so that it finds them. */
  private static final List<String> OPENBLAS =
      List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");
  private static final String OURS = "libtensorlogic.so";

  /** Looks on the class path or module path that this class came from. */
  static NativeFiles here() {
    try {
      return new NativeFiles(Loader.getPlatform(), NativeFiles.class.getClassLoader(),
          Loader.getCacheDir().toPath());
    } catch (IOException cause) {
      throw failure(cause, "there is no folder for native libraries (%s)", cause);
    }
  }

  /**
   * Returns the file of OpenBLAS, with what it needs beside it.
   *
   * @throws KernelException when the platform has none or its jar is missing
   */
  Path openBlas() {
    requirePlatform();
    Path last = null;
    for (String name : OPENBLAS) {
      URL found = resources.getResource("org/bytedeco/openblas/" + platform + '/' + name);
      // Not every platform has every library that OpenBLAS could need; itself it must be there.
      if (found != null) {
        last = cached(found);
      } else if (name.equals(OPENBLAS.getLast())) {
        throw missing(name, "org.bytedeco:openblas", "org.bytedeco.openblas");
      }
    }
    return last;
  }

  /**
   * Returns the file of our library.
   *
   * @throws KernelException when its jar is missing or the file is not the one that was built
   */
  Path ours() {
    requirePlatform();
    URL found = resource(OURS);
    URL hash = resource(OURS + ".sha256");
    if (found == null || hash == null) {
      throw missing(found == null ? OURS : OURS + ".sha256", "org.tensorlogic:tensorlogic-native",
          "org.tensorlogic.bindings");
    }
    String expected = text(hash).split("\\s+", 2)[0];
    try {
      if (found.getProtocol().equals("file")) {
        return intact(Path.of(found.toURI()), found, expected);
      }
      Path kept = cache.resolve("org.tensorlogic").resolve(expected).resolve(OURS);
      return Files.exists(kept) ? kept : extracted(found, expected, kept);
    } catch (IOException | URISyntaxException cause) {
      throw failure(cause, "cannot copy %s to JavaCPP's cache (%s)", found, cause);
    }
  }

  /** A file is moved to its name once it is whole, so that no other process loads a part. */
  private static Path extracted(URL found, String expected, Path kept) throws IOException {
    Files.createDirectories(kept.getParent());
    Path fresh = Files.createTempFile(kept.getParent(), OURS, ".new");
    try (InputStream in = found.openStream()) {
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      intact(fresh, found, expected);
      Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    forgetOutdated(kept.getParent());
    return kept;
  }

  /** Libraries of other builds leave after a month; who still needs one copies it anew. */
  private static void forgetOutdated(Path folder) throws IOException {
    Instant limit = Instant.now().minus(Duration.ofDays(30));
    try (DirectoryStream<Path> builds = Files.newDirectoryStream(folder.getParent())) {
      for (Path build : builds) {
        Path library = build.resolve(OURS);
        if (!build.equals(folder) && Files.exists(library)
            && Files.getLastModifiedTime(library).toInstant().isBefore(limit)) {
          Files.deleteIfExists(library);
          Files.deleteIfExists(build);
        }
      }
    }
  }

  private static Path intact(Path file, URL found, String expected) {
    String hash = sha256(file);
    if (!hash.equals(expected)) {
      throw failure(null, "%s from %s is damaged: its SHA-256 is %s but %s was built", OURS,
          found, hash, expected);
    }
    return file;
  }

  private URL resource(String name) {
    return resources.getResource("org/tensorlogic/bindings/" + platform + '/' + name);
  }

  private void requirePlatform() {
    if (!platform.startsWith("linux-")) {
      throw new KernelException(Diagnostic.error(Code.KERNEL,
          "native kernels are not available for the platform %s", platform)
          .hint("run on linux-x86_64, or choose the provider \"reference\""));
    }
  }

  private KernelException missing(String name, String artifact, String module) {
    return new KernelException(Diagnostic.error(Code.KERNEL,
        "native library %s for %s is not on the class path or module path", name, platform)
        .hint("add the Maven dependency %s with the classifier %s", artifact, platform)
        .hint("on the module path also say --add-modules %s.%s", module,
            platform.replace('-', '.')));
  }

  private static KernelException failure(Throwable cause, String message, Object... values) {
    return new KernelException(Diagnostic.error(Code.KERNEL, message, values)
        .hint("fetch the jar again, and delete JavaCPP's cache, ~/.javacpp/cache"), cause);
  }

  private static Path cached(URL resource) {
    try {
      return resource.getProtocol().equals("file") ? Path.of(resource.toURI())
          : Loader.cacheResource(resource).toPath();
    } catch (IOException | URISyntaxException cause) {
      throw failure(cause, "cannot copy %s to JavaCPP's cache (%s)", resource, cause);
    }
  }

  static String text(URL resource) {
    try (InputStream in = resource.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException cause) {
      throw failure(cause, "cannot read %s (%s)", resource, cause);
    }
  }

  private static String sha256(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException | NoSuchAlgorithmException cause) {
      throw failure(cause, "cannot read %s (%s)", file, cause);
    }
  }
}

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar that were compiled for Java 5 the form of newer ones, with stack maps:
 * the virtual machine keeps no older ones in its start-up cache, and reading and verifying the
 * command line's parser anew took a quarter of the time of a short command.
 *
 * <p>{@code java ci/Modernize.java JAR...}
 */
final class Modernize {

  /** The oldest version whose classes have stack maps and are kept. */
  private static final int MAJOR_MIN = 50;

  private Modernize() {}

  /** Rewrites the jars in place. */
  static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      rewrite(Path.of(jar));
    }
  }

  private static void rewrite(Path jar) throws IOException {
    Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
    try (var from = new JarFile(jar.toFile());
        var to = new ZipOutputStream(Files.newOutputStream(rewritten))) {
      ClassFile context = context(from);
      for (JarEntry entry : Collections.list(from.entries())) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(entry.getName().endsWith(".class") ? modern(context, bytes) : bytes);
        to.closeEntry();
      }
    }
    Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] modern(ClassFile context, byte[] bytes) {
    ClassModel model = context.parse(bytes);
    if (model.majorVersion() >= MAJOR_MIN) {
      return bytes;
    }
    ClassTransform version = (builder, element) -> {
      if (element instanceof ClassFileVersion) {
        builder.withVersion(MAJOR_MIN, 0);
      } else {
        builder.with(element);
      }
    };
    return context.transformClass(model,
        version.andThen(ClassTransform.transformingMethodBodies(CodeBuilder::with)));
  }

  /** Stack maps need to know how classes extend each other, those of the jar among them. */
  private static ClassFile context(JarFile jar) {
    ClassHierarchyResolver own = ClassHierarchyResolver.ofResourceParsing(
        (ClassDesc type) -> open(jar, type));
    return ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
        ClassFile.ConstantPoolSharingOption.NEW_POOL, ClassFile.ClassHierarchyResolverOption.of(
            own.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String name = type.descriptorString();
    JarEntry entry = jar.getJarEntry(name.substring(1, name.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/// Brings a jar's old classes to a class file version that an AOT cache takes (JEP 483: none before Java 6), and nothing else: picocli's are of Java 5, and the
/// two hundred of them were read and verified again at each start of the command.
final class NewerClasses {
    private static final int OLD = ClassFile.JAVA_8_VERSION;

    private NewerClasses() {}

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path newer = jar.resolveSibling(jar.getFileName() + ".part");
        try (var from = new JarFile(jar.toFile());
                var to = new JarOutputStream(Files.newOutputStream(newer));
                var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            var classes = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)));
            for (JarEntry entry : Collections.list(from.entries())) {
                try (InputStream in = from.getInputStream(entry)) {
                    byte[] content = in.readAllBytes();
                    to.putNextEntry(new JarEntry(entry.getName()));
                    to.write(entry.getName().endsWith(".class") ? newer(classes, content) : content);
                }
            }
        }
        Files.move(newer, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] newer(ClassFile classes, byte[] content) {
        ClassModel old = classes.parse(content);
        if (old.majorVersion() >= OLD) {
            return content;
        }
        ClassTransform version = ClassTransform.endHandler(builder -> builder.withVersion(OLD, 0)).andThen((builder, element) -> {
            if (!(element instanceof ClassFileVersion its && its.majorVersion() != OLD)) {
                builder.with(element);
            }
        });
        // each body is written again, so that it gets its stack maps
        return classes.transformClass(old, version.andThen(ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element))));
    }
}

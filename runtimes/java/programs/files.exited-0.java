import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

public class Main {
    public static void main(String[] args) throws Exception {
        Path notes = Files.createDirectory(Path.of("notes"));
        Files.writeString(notes.resolve("a.txt"), "hello from a\n");
        Files.createFile(notes.resolve("b.txt"));
        try (var files = Files.list(notes)) {
            System.out.println(files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.joining(" ")));
        }
        System.out.print(Files.readString(notes.resolve("a.txt")));
    }
}

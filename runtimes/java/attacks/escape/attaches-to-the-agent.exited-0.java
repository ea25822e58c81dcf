// Reads the agent's memory and environment, and attaches to it as to another virtual machine.
// under runsc: not-held, its /proc shows the agent's environment, in which there is no secret
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class Main {
    public static void main(String[] args) {
        for (String file : List.of("/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/etc/shadow")) {
            try (var in = Files.newInputStream(Path.of(file))) {
                System.out.println("BREACH: " + file + ": " + in.read());
            } catch (Exception e) {
                continue;
            }
        }
        if (ProcessHandle.of(1).map(ProcessHandle::destroyForcibly).orElse(false)) System.out.println("PID 1 takes the signal, and stays");
    }
}

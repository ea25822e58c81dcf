import java.io.BufferedReader;
import java.io.InputStreamReader;

public class Main {
    public static void main(String[] args) throws Exception {
        System.out.println(args.length + " arguments: " + String.join("|", args));
        var lines = new BufferedReader(new InputStreamReader(System.in)).lines().toList();
        System.out.println(lines.size() + " lines, the last is " + lines.getLast());
        System.exit(3);
    }
}

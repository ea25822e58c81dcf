import java.util.List;
import java.util.TreeMap;

public class Main {
    record Fruit(String name) {}

    public static void main(String[] args) {
        var counts = new TreeMap<String, Integer>();
        for (var fruit : List.of("plum", "apple", "plum", "pear", "apple", "plum").stream().map(Fruit::new).toList()) {
            counts.merge(fruit.name(), 1, Integer::sum);
        }
        counts.forEach((name, count) -> System.out.println(name + " " + count));
        System.out.println("Zwölf Boxkämpfer");
    }
}

import java.util.stream.IntStream;

public class Main {
    public static void main(String[] args) {
        var primes = IntStream.range(2, 100).filter(n -> IntStream.range(2, n).allMatch(d -> n % d != 0)).summaryStatistics();
        System.out.println(primes.getCount() + " primes below 100, their sum is " + primes.getSum());
        System.out.printf("2 ** 62 = %d%n1/3 = %.6f%n", 1L << 62, 1.0 / 3);
    }
}

// Looks for interfaces, and connects by number and by name.
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.Collections;
import java.util.List;

class Main {
    public static void main(String[] args) throws Exception {
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!each.isLoopback()) System.out.println("BREACH: interface " + each);
        }
        for (String host : List.of("192.0.2.1", "2001:db8::1", "example.invalid")) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, 80), 1000);
                System.out.println("BREACH: " + socket);
            } catch (Exception e) {
                continue;
            }
        }
    }
}

// Threads, until there are no more.
// under runsc: out_of_memory, because gVisor bounds no threads
class Main {
    public static void main(String[] args) {
        while (true) {
            Thread thread = new Thread(() -> {
                try {
                    Thread.sleep(3_600_000);
                } catch (InterruptedException e) {
                    return;
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}

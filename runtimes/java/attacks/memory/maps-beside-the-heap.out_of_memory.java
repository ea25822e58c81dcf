// Takes memory that the bound of the heap does not count: a file in memory, mapped and written.
// limits: disk=512m memory=256m
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

class Main {
    public static void main(String[] args) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile("/tmp/large", "rw")) {
            for (long at = 0; ; at += 16 << 20) {
                MappedByteBuffer piece = file.getChannel().map(FileChannel.MapMode.READ_WRITE, at, 16 << 20);
                for (int i = 0; i < piece.capacity(); i += 4096) piece.put(i, (byte) 1);
            }
        }
    }
}

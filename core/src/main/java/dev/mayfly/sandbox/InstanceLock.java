package dev.mayfly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Proof of life of one service or CLI process: a lock on a file, which the kernel gives back at `kill -9`. Every
/// sandbox carries the instance's id and the folder's id; all that share the folder can see immediately whether the
/// owner of a sandbox still lives.
public final class InstanceLock implements AutoCloseable {
    private static final String SUFFIX = ".lock";
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final String folderId;
    private final String id = UUID.randomUUID().toString();
    private final FileChannel channel;
    private final FileLock lock;

    /// Creates the folder when it is missing. Throws `UncheckedIOException` when it is not writable.
    public InstanceLock(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder, OWNERS_FOLDER);
            this.folderId = folderId(folder);
            // Locked first, named after: nobody ever sees the name without its lock.
            Path unnamed = folder.resolve(id + ".new");
            channel = FileChannel.open(unnamed, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS_FILE);
            lock = channel.lock();
            Files.move(unnamed, file(id), StandardCopyOption.ATOMIC_MOVE);
            sweep();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot hold a lock in " + folder, e);
        }
    }

    public String id() {
        return id;
    }

    /// Names the folder itself: only those who see the same folder may judge by its locks.
    public String folderId() {
        return folderId;
    }

    /// Whether the instance with this id, of this same folder, still holds its lock.
    public boolean isAlive(String instanceId) {
        if (instanceId.equals(id)) {
            return true;
        }
        try (FileChannel other = FileChannel.open(file(instanceId), StandardOpenOption.WRITE)) {
            FileLock taken = other.tryLock();
            if (taken == null) {
                return true;
            }
            Files.deleteIfExists(file(instanceId));
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true; // not proved dead
        }
    }

    /// Takes away the files of those who were killed.
    private void sweep() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .forEach(name -> isAlive(name.substring(0, name.length() - SUFFIX.length())));
        }
    }

    private Path file(String instanceId) {
        return folder.resolve(instanceId + SUFFIX);
    }

    private static String folderId(Path folder) throws IOException {
        Path file = folder.resolve("folder-id");
        if (!Files.exists(file)) {
            Path proposal = Files.createFile(folder.resolve(UUID.randomUUID() + ".id"), OWNERS_FILE);
            Files.writeString(proposal, UUID.randomUUID().toString());
            try {
                Files.createLink(file, proposal); // the first one wins
            } catch (FileAlreadyExistsException e) {
                return Files.readString(file);
            } finally {
                Files.delete(proposal);
            }
        }
        return Files.readString(file);
    }

    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file(id));
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

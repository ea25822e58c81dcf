# Makes system calls by number, past the language: ptrace, mount, reboot, bpf, setns, unshare, init_module, kexec_load, open_by_handle_at. Others than x86_64 have others.
exit 0 unless (POSIX::uname())[4] eq "x86_64";
BEGIN { require POSIX }
for ([ptrace => 101, 16, 1, 0, 0], [mount => 165, 0, 0, 0, 0], [reboot => 169, 1, 2, 3, 0], [bpf => 321, 0, 0, 0, 0], [setns => 308, 0, 0, 0, 0],
    [unshare => 272, 0x10000000, 0, 0, 0], [init_module => 175, 0, 0, 0, 0], [kexec_load => 246, 0, 0, 0, 0]) {
    my ($name, @words) = @$_;
    print "BREACH: $name\n" if syscall(@words) == 0;
}

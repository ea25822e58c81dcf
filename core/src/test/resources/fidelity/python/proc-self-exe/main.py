import subprocess
for command, text in (['-c', 'import sys; print(sys.argv, sys.version_info[:2])', 'a b'], b''), ([], b'print(6*7)'), (['-'], b'import sys; sys.exit(3)'):
    print(subprocess.run(['/proc/self/exe', *command], input=text, capture_output=True))

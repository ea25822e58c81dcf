import subprocess

with subprocess.Popen(["tr", "a-z", "A-Z"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
    out, err = child.communicate("shout\n")
    print(repr(out), err, child.returncode)
first = subprocess.Popen(["printf", r"b\na\nc\n"], stdout=subprocess.PIPE)
second = subprocess.Popen(["sort"], stdin=first.stdout, stdout=subprocess.PIPE)
first.stdout.close()
print(second.communicate()[0], first.wait())

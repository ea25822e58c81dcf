# Asks for files back that are links to what lies outside: to files, through folders, by way of /proc.
# outputs: *.txt out/* **/passwd **/environ
import os

os.symlink('/etc/passwd', 'absolute.txt')
os.symlink('../etc/passwd', 'relative.txt')
os.symlink('/proc/1/environ', 'agent.txt')
os.symlink('/proc/self/environ', 'own.txt')
os.symlink('loop.txt', 'loop.txt')
os.symlink('/etc', 'out')
os.symlink('/', 'root')
os.symlink('/proc/1', 'process')

<?php
// Reads files of root, itself, by a link, and by PHP's own addresses of files.
// under runsc: not-held, its /proc shows the agent's environment, in which there is no secret
symlink('/etc/shadow', 'link');
foreach (['/etc/shadow', 'link', '/proc/1/environ', '/proc/1/root/etc/shadow', 'php://filter/read=string.rot13/resource=/etc/shadow', 'glob:///root/*'] as $file) {
    $content = @file_get_contents($file);
    if ($content !== false && $content !== '') echo "BREACH: $file\n";
}
if (@dl('/work/evil.so')) echo "BREACH: dl\n";

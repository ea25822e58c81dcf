<?php
$words = array_slice($argv, 1);
echo count($words), " arguments: ", implode("|", $words), "\n";
$lines = file("php://stdin", FILE_IGNORE_NEW_LINES);
echo count($lines), " lines, the last is ", end($lines), "\n";
exit(3);

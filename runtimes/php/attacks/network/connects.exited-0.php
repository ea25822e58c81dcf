<?php
// Connects by number and by name, and fetches an address.
foreach (['192.0.2.1', '[2001:db8::1]', 'example.invalid'] as $host) {
    if (@fsockopen($host, 80, $number, $words, 1)) echo "BREACH: $host\n";
}
if (@file_get_contents('http://192.0.2.1/', false, stream_context_create(['http' => ['timeout' => 1]])) !== false) echo "BREACH: http\n";

primes = (2..99).select { |n| (2...n).none? { |d| (n % d).zero? } }
puts "#{primes.length} primes below 100, their sum is #{primes.sum}"
puts "2 ** 62 = #{2**62}"
puts format('1/3 = %.6f', 1.0 / 3)

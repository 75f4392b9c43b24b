process.stderr.write('a library is missing\n');
process.exit(3);

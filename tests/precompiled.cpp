// The unit that the tests' precompiled headers are made for; it holds nothing itself.

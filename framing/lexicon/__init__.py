class Lexicon: pass

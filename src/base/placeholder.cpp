namespace unoops {}

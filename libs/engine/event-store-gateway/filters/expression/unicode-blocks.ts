/**
 * .NET's named blocks with their first and last code unit in hexadecimal. The names stem from an old version of
 * Unicode: `IsGreek` and `IsGreekandCoptic` are the same block.
 */
const BLOCKS = `
IsBasicLatin 0000-007F
IsLatin-1Supplement 0080-00FF
IsLatinExtended-A 0100-017F
IsLatinExtended-B 0180-024F
IsIPAExtensions 0250-02AF
IsSpacingModifierLetters 02B0-02FF
IsCombiningDiacriticalMarks 0300-036F
IsGreek 0370-03FF
IsGreekandCoptic 0370-03FF
IsCyrillic 0400-04FF
IsCyrillicSupplement 0500-052F
IsArmenian 0530-058F
IsHebrew 0590-05FF
IsArabic 0600-06FF
IsSyriac 0700-074F
IsThaana 0780-07BF
IsDevanagari 0900-097F
IsBengali 0980-09FF
IsGurmukhi 0A00-0A7F
IsGujarati 0A80-0AFF
IsOriya 0B00-0B7F
IsTamil 0B80-0BFF
IsTelugu 0C00-0C7F
IsKannada 0C80-0CFF
IsMalayalam 0D00-0D7F
IsSinhala 0D80-0DFF
IsThai 0E00-0E7F
IsLao 0E80-0EFF
IsTibetan 0F00-0FFF
IsMyanmar 1000-109F
IsGeorgian 10A0-10FF
IsHangulJamo 1100-11FF
IsEthiopic 1200-137F
IsCherokee 13A0-13FF
IsUnifiedCanadianAboriginalSyllabics 1400-167F
IsOgham 1680-169F
IsRunic 16A0-16FF
IsTagalog 1700-171F
IsHanunoo 1720-173F
IsBuhid 1740-175F
IsTagbanwa 1760-177F
IsKhmer 1780-17FF
IsMongolian 1800-18AF
IsLimbu 1900-194F
IsTaiLe 1950-197F
IsKhmerSymbols 19E0-19FF
IsPhoneticExtensions 1D00-1D7F
IsLatinExtendedAdditional 1E00-1EFF
IsGreekExtended 1F00-1FFF
IsGeneralPunctuation 2000-206F
IsSuperscriptsandSubscripts 2070-209F
IsCurrencySymbols 20A0-20CF
IsCombiningDiacriticalMarksforSymbols 20D0-20FF
IsCombiningMarksforSymbols 20D0-20FF
IsLetterlikeSymbols 2100-214F
IsNumberForms 2150-218F
IsArrows 2190-21FF
IsMathematicalOperators 2200-22FF
IsMiscellaneousTechnical 2300-23FF
IsControlPictures 2400-243F
IsOpticalCharacterRecognition 2440-245F
IsEnclosedAlphanumerics 2460-24FF
IsBoxDrawing 2500-257F
IsBlockElements 2580-259F
IsGeometricShapes 25A0-25FF
IsMiscellaneousSymbols 2600-26FF
IsDingbats 2700-27BF
IsMiscellaneousMathematicalSymbols-A 27C0-27EF
IsSupplementalArrows-A 27F0-27FF
IsBraillePatterns 2800-28FF
IsSupplementalArrows-B 2900-297F
IsMiscellaneousMathematicalSymbols-B 2980-29FF
IsSupplementalMathematicalOperators 2A00-2AFF
IsMiscellaneousSymbolsandArrows 2B00-2BFF
IsCJKRadicalsSupplement 2E80-2EFF
IsKangxiRadicals 2F00-2FDF
IsIdeographicDescriptionCharacters 2FF0-2FFF
IsCJKSymbolsandPunctuation 3000-303F
IsHiragana 3040-309F
IsKatakana 30A0-30FF
IsBopomofo 3100-312F
IsHangulCompatibilityJamo 3130-318F
IsKanbun 3190-319F
IsBopomofoExtended 31A0-31BF
IsKatakanaPhoneticExtensions 31F0-31FF
IsEnclosedCJKLettersandMonths 3200-32FF
IsCJKCompatibility 3300-33FF
IsCJKUnifiedIdeographsExtensionA 3400-4DBF
IsYijingHexagramSymbols 4DC0-4DFF
IsCJKUnifiedIdeographs 4E00-9FFF
IsYiSyllables A000-A48F
IsYiRadicals A490-A4CF
IsHangulSyllables AC00-D7AF
IsHighSurrogates D800-DB7F
IsHighPrivateUseSurrogates DB80-DBFF
IsLowSurrogates DC00-DFFF
IsPrivateUse E000-F8FF
IsPrivateUseArea E000-F8FF
IsCJKCompatibilityIdeographs F900-FAFF
IsAlphabeticPresentationForms FB00-FB4F
IsArabicPresentationForms-A FB50-FDFF
IsVariationSelectors FE00-FE0F
IsCombiningHalfMarks FE20-FE2F
IsCJKCompatibilityForms FE30-FE4F
IsSmallFormVariants FE50-FE6F
IsArabicPresentationForms-B FE70-FEFF
IsHalfwidthandFullwidthForms FF00-FFEF
IsSpecials FFF0-FFFF
`;

/** The first and last code unit of a named block; undefined if .NET knows no such block. */
export function blockNamed(name: string): readonly [number, number] | undefined {
  return RANGES.get(name);
}

const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map(
  [...BLOCKS.matchAll(/^(\S+) (\w+)-(\w+)$/gm)].map(([, name = '', first = '', last = '']) => [
    name,
    [Number.parseInt(first, 16), Number.parseInt(last, 16)],
  ]),
);

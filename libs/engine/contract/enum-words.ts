/** Maps between an enum of the contract, which is a number, and the word that events hold for it. */
export interface EnumWords<Value extends number, Word extends string> {
  /** The word to store. @throws RangeError no word stands for the value */
  stored(value: Value): Word;
  /** The contract's number for a stored word. */
  answered(word: Word): Value;
}

/** Makes the mapping. @param values the contract's number of each word */
export function enumWords<Value extends number, Word extends string>(
  values: Readonly<Record<Word, Value>>,
): EnumWords<Value, Word> {
  const words = new Map<Value, Word>(Object.entries<Value>(values).map(([word, value]) => [value, word as Word]));
  return {
    stored(value) {
      const word = words.get(value);
      if (word === undefined) throw new RangeError(`no word is stored for the enum value ${value}`);
      return word;
    },
    answered: (word) => values[word],
  };
}

import anyAscii from "any-ascii";

const ASCII = /^[\0-\x7f]*$/;
/** Behind these are rare ideographs, which would make the table half as large again. */
const TABLE_END = 0x2_0000;

/**
 * A readable form of any text in ASCII, such as `Moskva` for `Москва`. The same text gives the same form, whichever way
 * its marks are encoded.
 */
export function asciiOf(text: string): string {
  return ASCII.test(text) ? text : Array.from(text.normalize("NFC"), asciiOfCharacter).join("");
}

function asciiOfCharacter(character: string): string {
  // Of a letter with a mark, the letter; a mark that is a character of its own, as the vowels of Devanagari, counts.
  const plain = character.normalize("NFKD").replace(/\p{M}/gu, "");
  if (plain !== "" && ASCII.test(plain)) return plain;
  const code = character.codePointAt(0) ?? 0;
  const ascii = code < TABLE_END ? anyAscii(character) : "";
  // Better a number than nothing, which would make one name of two.
  return ascii === "" && /[\p{L}\p{N}\p{S}\p{Co}]/u.test(character) ? `-u${code.toString(16)}-` : ascii;
}

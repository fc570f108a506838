//! A hash of seeds: AES under a key that everybody knows, and what went in added to what comes out
//! (Matyas, Meyer and Oseas, *Generating strong one-way functions with cryptographic algorithm*,
//! IBM Technical Disclosure Bulletin 27, 1985).
//!
//! Of a seed that nobody knows it gives, for each number, what looks random, where AES behaves as
//! an ideal cipher (Guo, Katz, Wang and Yu, *Efficient and secure multiparty computation from
//! fixed-key block ciphers*, IEEE S&P 2020). No key is scheduled, so it costs one block.

use std::sync::LazyLock;

use aes::Aes128;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};

/// Bytes of a seed.
pub(super) const SEED_BYTES: usize = 16;

/// Any key would do that is nobody's choice: these are the first digits of pi's fraction.
const KEY: [u8; 16] = 0x243f_6a88_85a3_08d3_1319_8a2e_0370_7344_u128.to_be_bytes();

static CIPHER: LazyLock<Aes128> = LazyLock::new(|| Aes128::new(&KEY.into()));

/// The hash of `seed` and `number`.
pub(super) fn hash(seed: &[u8; SEED_BYTES], number: u8) -> [u8; SEED_BYTES] {
    let given = (u128::from_be_bytes(*seed) ^ u128::from(number)).to_be_bytes();
    let mut block: Block<Aes128> = given.into();
    CIPHER.encrypt_block(&mut block);
    let encrypted = u128::from_be_bytes(block.into());
    (encrypted ^ u128::from_be_bytes(given)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_aes_and_what_went_in() {
        // FIPS 197, appendix B: another cipher, or bytes in another order, would not give this.
        let key = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes();
        let mut block: Block<Aes128> =
            0x3243_f6a8_885a_308d_3131_98a2_e037_0734_u128.to_be_bytes().into();
        Aes128::new(&key.into()).encrypt_block(&mut block);
        let expected = 0x3925_841d_02dc_09fb_dc11_8597_196a_0b32_u128;
        assert_eq!(u128::from_be_bytes(block.into()), expected);

        let mut block: Block<Aes128> = [0; 16].into();
        CIPHER.encrypt_block(&mut block);
        let zero: [u8; 16] = block.into();
        assert_eq!(hash(&[0; SEED_BYTES], 0), zero);
        // What a vault has, it keeps: another key or order would lose every word.
        let seven = u128::from_be_bytes(hash(&[7; SEED_BYTES], 3));
        assert_eq!(seven, 0xfeab_f3d1_4650_0b02_008c_cc5e_67fa_e763);
    }
}

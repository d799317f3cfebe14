//! The chain that the page opens with.

use crate::chain::{Chain, Input, Lanes, Stage, Variable};

/// Ten random bytes, encrypted and hashed, three times at once: different sums, although all do the same.
/// `-pbkdf2` is there because openssl 3 warns on standard error without it.
pub fn opening() -> Chain {
    let mut encrypt = Stage::process(
        "openssl",
        "openssl",
        ["enc", "-des3", "-pbkdf2", "-pass", "env:password"],
    );
    if let Some(setup) = encrypt.setup_mut() {
        setup.environment = vec![Variable::set("password", "correct horse")];
    }
    let mut chain = Chain::of_stages(
        "Encrypt and hash, three at once",
        vec![
            Stage::input("random", Input::Random(10)),
            encrypt,
            Stage::process("md5sum", "md5sum", []),
        ],
    );
    chain.lanes = Lanes::Count(3);
    chain
}

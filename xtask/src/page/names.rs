//! Short names for what the wasm imports from its script.
//!
//! wasm-bindgen ends each name with a hash, so that crates do not get in each other's way. In the
//! finished page nothing else is added, and a hash is what compression can do nothing about.

use anyhow::{Result, ensure};

/// How many hexadecimal digits end a name.
const HASH_DIGITS: usize = 16;

/// Gives each name that ends with a hash a short one, in the script and in the wasm's list of imports.
///
/// # Errors
/// When the script does not define a name exactly once: it is not what wasm-bindgen used to make.
pub(super) fn shorten<'names>(
    glue: &mut String,
    names: impl Iterator<Item = &'names mut String>,
) -> Result<()> {
    for (number, name) in names.filter(|name| is_hashed(name)).enumerate() {
        let definition = format!("{name}: function");
        ensure!(
            glue.matches(&*name).count() == 1 && glue.contains(&definition),
            "the script of wasm-bindgen does not define {name} once, as a function"
        );
        let short = format!("i{number}");
        *glue = glue.replace(&definition, &format!("{short}: function"));
        *name = short;
    }
    Ok(())
}

fn is_hashed(name: &str) -> bool {
    name.rsplit_once('_').is_some_and(|(_, hash)| {
        hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "const import0 = {\n__wbg_body_5f971cbc6950ca4f: function() {},\n\
        __wbindgen_init_externref_table: function() {},\n__wbg_key_423da1d67b588078: function() {},\n};";

    #[test]
    fn both_sides_of_a_name_change_and_names_without_a_hash_stay() -> Result<()> {
        let mut glue = GLUE.to_owned();
        let mut names = [
            "__wbg_key_423da1d67b588078",
            "__wbindgen_init_externref_table",
            "__wbg_body_5f971cbc6950ca4f",
        ]
        .map(str::to_owned);
        shorten(&mut glue, names.iter_mut())?;
        assert_eq!(names, ["i0", "__wbindgen_init_externref_table", "i1"]);
        assert_eq!(
            glue,
            "const import0 = {\ni1: function() {},\n__wbindgen_init_externref_table: function() {},\n\
            i0: function() {},\n};"
        );
        Ok(())
    }

    #[test]
    fn a_script_that_does_not_define_a_name_is_refused() {
        let mut names = ["__wbg_gone_423da1d67b588079".to_owned()];
        let error = shorten(&mut GLUE.to_owned(), names.iter_mut()).expect_err("not defined");
        assert!(error.to_string().contains("__wbg_gone"), "{error}");
    }
}

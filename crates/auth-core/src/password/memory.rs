//! The working memory of one worker, kept from hash to hash.

use argon2::Block;

use super::PasswordError;

/// Memory for Argon2, allocated once. Allocating 19 MiB for every hash makes allocators keep a multiple
/// of it; touching the same pages again is also faster.
#[derive(Default)]
pub(super) struct WorkingMemory {
    blocks: Vec<Block>,
}

impl WorkingMemory {
    /// Gives `count` blocks of 1 KiB with whatever content the last hash left. Grows when there are fewer,
    /// never shrinks.
    pub(super) fn blocks(&mut self, count: usize) -> Result<&mut [Block], PasswordError> {
        if self.blocks.len() < count {
            self.replace(count)?;
        }
        Ok(&mut self.blocks[..count])
    }

    /// Frees the old memory before it asks for the new, which needs nothing of the old content.
    fn replace(&mut self, count: usize) -> Result<(), PasswordError> {
        self.blocks = Vec::new();
        self.blocks
            .try_reserve_exact(count)
            .map_err(|source| PasswordError::OutOfMemory { memory_kib: count, source })?;
        self.blocks.resize(count, Block::new());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_is_reused_and_grows_only_when_more_is_asked_for() {
        let mut memory = WorkingMemory::default();
        memory.blocks(64).unwrap()[0].as_mut()[0] = 7;
        assert_eq!(
            memory.blocks(8).unwrap()[0].as_ref()[0],
            7,
            "the content shows that it is the same buffer"
        );
        assert_eq!(memory.blocks(64).unwrap()[0].as_ref()[0], 7);
        assert_eq!(memory.blocks.capacity(), 64);
        assert_eq!(memory.blocks(128).unwrap().len(), 128);
        assert_eq!(memory.blocks.capacity(), 128);
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error() {
        let mut memory = WorkingMemory::default();
        let error = memory.blocks(usize::MAX / 1024).unwrap_err();
        assert!(matches!(error, PasswordError::OutOfMemory { .. }), "{error:?}");
        assert_eq!(memory.blocks(8).unwrap().len(), 8);
    }
}

"""Pure types of the value chain and the folds over them."""

/**
 * The {@code weir} command: its parser, its subcommands, and the one place where failures become
 * text and exit codes.
 */
@NullMarked
package io.weir.deploy;

import org.jspecify.annotations.NullMarked;

/**
 * Commands that talk to any cluster that speaks the Kafka protocol, through Kafka's own Java
 * client.
 */
@NullMarked
package io.weir.cli;

import org.jspecify.annotations.NullMarked;

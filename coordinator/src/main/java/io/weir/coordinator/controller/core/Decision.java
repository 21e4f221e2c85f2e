package io.weir.coordinator.controller.core;

import java.util.List;

/**
 * What follows from an event. Immutable.
 *
 * @param records to be written and published first, all or (at the end of the term) none
 * @param effects to be carried out then, in order
 */
public record Decision(List<ControlRecord> records, List<ControllerEffect> effects) {
  public Decision {
    records = List.copyOf(records);
    effects = List.copyOf(effects);
  }
}

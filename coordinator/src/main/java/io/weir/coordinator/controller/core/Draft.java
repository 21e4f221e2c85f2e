package io.weir.coordinator.controller.core;

import io.weir.coordinator.controller.core.ControllerEffect.Notice;
import io.weir.coordinator.controller.core.ControllerEffect.Severity;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The metadata as decided so far, and what was decided since the last event. A change is seen by
 * what comes after it at once, although it is not yet written: either it will be, or the term ends.
 * Confined to the controller's thread.
 */
final class Draft {
  private MetadataImage image;
  private List<ControlRecord> records = new ArrayList<>();
  private List<ControllerEffect> effects = new ArrayList<>();

  Draft(MetadataImage image) {
    this.image = image;
  }

  MetadataImage image() {
    return image;
  }

  void change(MetadataRecord change) {
    change(List.of(change));
  }

  /** Several changes, all made up from the image as it is now. */
  void change(List<MetadataRecord> changes) {
    if (!changes.isEmpty()) {
      image = image.with(image.version() + 1, changes);
      changes.forEach(change -> records.add(ControlRecord.of(change)));
    }
  }

  void write(ControlRecord record) {
    records.add(record);
  }

  void effect(ControllerEffect effect) {
    effects.add(effect);
  }

  void notice(Severity severity, String text) {
    effects.add(new Notice(severity, text));
  }

  /** What was decided since the last call. */
  Decision take() {
    Decision decision = new Decision(records, effects);
    records = new ArrayList<>();
    effects = new ArrayList<>();
    return decision;
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"

#include <QJsonObject>
#include <QObject>

#include <optional>

namespace bartizan {

/// The rules being edited, over the ones that are stored: which differ, which cannot be saved, and the update that
/// saves one of them. Edits stay when the stored settings change underneath. Thread: GUI.
class RulesEdit : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Takes stored settings as the new base. What was edited keeps its edit; all else follows. Returns whether
    /// somebody else has changed what is being edited.
    bool rebase(const MonitoringConfig &stored);

    const MonitoringConfig &stored() const { return m_stored; }
    /// With all edits; numbers may be out of range.
    const MonitoringConfig &draft() const { return m_draft; }
    /// What is stored, with the edits of one rule laid over it.
    MonitoringConfig with(RuleId rule) const;

    void setEnabled(RuleId rule, bool on);
    void setValue(RuleId rule, std::size_t parameter, int value);
    /// Puts every number of a rule to what the specification says.
    void useStandard(RuleId rule);
    void discard(RuleId rule);
    void discardAll();

    bool isEdited(RuleId rule) const;
    int editedCount() const;
    bool isStandard(RuleId rule) const;
    /// The first parameter of a rule that is out of its range.
    std::optional<std::size_t> firstInvalid(RuleId rule) const;
    /// The partial update of the settings that saves a rule's edits.
    QJsonObject update(RuleId rule) const;

Q_SIGNALS:
    /// Anything changed: an edit, or what is stored.
    void changed();

private:
    MonitoringConfig m_stored;
    MonitoringConfig m_draft;
};

} // namespace bartizan

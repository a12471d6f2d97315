// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

namespace bartizan {

class AlertModel;

/// The ids of what an AlertModel shows, in the order of its rows, group after group where there are groups: as it stood when
/// this was made. They are collected in slices, between which the event loop runs. Thread: GUI.
class ShownIds : public QObject {
    Q_OBJECT
public:
    explicit ShownIds(const AlertModel *model, QObject *parent = nullptr);

    int count() const { return static_cast<int>(m_marks.size()); }
    /// Null until done() was told.
    std::shared_ptr<const std::vector<std::string>> ids() const { return m_ids; }

Q_SIGNALS:
    void done();

private:
    void goOn(QDeadlineTimer until);

    const AlertModel *m_model;
    std::vector<std::uint32_t> m_marks;
    std::vector<std::string> m_collected; ///< Of the first marks.
    std::shared_ptr<const std::vector<std::string>> m_ids;
    QTimer m_timer;
};

} // namespace bartizan

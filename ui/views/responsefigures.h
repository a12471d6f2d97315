// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/handover.h"

#include <QWidget>

#include <array>
#include <optional>

namespace bartizan {

class ResponseRow;

/// Mean time to acknowledge and to resolve, over all severities and for each: five lines of two columns, each a button to
/// the alerts behind it. Thread: GUI.
class ResponseFigures : public QWidget {
    Q_OBJECT
public:
    explicit ResponseFigures(QWidget *parent = nullptr);

    void setTimes(const ResponseTimes &times);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// nullopt: of all severities.
    void activated(std::optional<bartizan::AlertSeverity> severity);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    static constexpr int kRows = 5;
    static int headerHeight();
    void arrangeColumns();

    ResponseRow *m_all;
    std::array<ResponseRow *, 4> m_rows{}; ///< The gravest first.
    int m_acknowledgeEnd = 0;              ///< Where the first column of times ends; the second ends at the right edge.
};

} // namespace bartizan

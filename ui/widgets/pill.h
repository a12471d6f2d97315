// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include <cstdint>

namespace bartizan {

/// What waits: "↑ 7 new alerts | ⬣ 1". Hidden while nothing waits. The text is announced once to screen readers.
class Pill : public QAbstractButton {
    Q_OBJECT
public:
    explicit Pill(QWidget *parent = nullptr);
    /// `text` is the whole phrase ("7 new alerts"); `critical` is how many of them are CRITICAL. 0 waiting hides it.
    void setWaiting(std::int64_t waiting, const QString &text, std::int64_t critical = 0);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    std::int64_t m_critical = 0;
};

} // namespace bartizan

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSplitter>
#include <QWidget>

namespace bartizan {

/// A line of one pixel between panes.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(Qt::Orientation orientation, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    Qt::Orientation m_orientation;
};

/// A splitter whose handle is a hairline with a wider hit area; the handle can be moved with the arrow keys.
class HairlineSplitter : public QSplitter {
    Q_OBJECT
public:
    explicit HairlineSplitter(Qt::Orientation orientation, QWidget *parent = nullptr);

protected:
    QSplitterHandle *createHandle() override;
};

} // namespace bartizan
